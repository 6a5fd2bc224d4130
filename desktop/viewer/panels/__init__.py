"""What stands around the pictures: the five steps, bars of messages, dialogs."""
