"""Who is who: groups as the operator set them up, and the people who answer in them."""
