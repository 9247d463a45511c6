"""Objects in the window: which is edited, which are seen, what is done to them."""
