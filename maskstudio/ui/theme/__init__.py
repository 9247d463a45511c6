"""How the window looks: color and size tokens, icons, type, and the style built from them."""
