"""Tests, one module beside each module of the project; ``from tests.golden import …`` shares builders between them."""
