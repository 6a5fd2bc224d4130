"""The tools: one file each, named as its row in the table of shortcuts, with an `items(view, plane)` for every view."""
