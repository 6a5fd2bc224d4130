"""The report of an evaluation: what its sections say, and the page that holds them."""
