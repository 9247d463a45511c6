"""The window that edits a label map over the whole data set."""
