"""Pages that stand in the place of the canvas."""
