"""Everything around the pictures: the five steps, menus and shortcuts, messages, dialogs."""
