"""Events: the monthly face-to-face, lectures, visits and training, with what was asked there and what came of it."""
