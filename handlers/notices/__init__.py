"""Policy notices: written by one, approved by another, sent to whom they concern, once."""
