"""Controls that Qt does not bring; each is painted from the theme's tokens alone."""
