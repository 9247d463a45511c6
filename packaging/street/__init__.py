"""Draws street scenes with exact masks, for the bundled sample."""
