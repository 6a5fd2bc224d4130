"""The window: views, tools and steps. Everything Qt lives here."""
