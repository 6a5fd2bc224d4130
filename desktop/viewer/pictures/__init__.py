"""What is drawn of a case: the views, and everything that lies on them."""
