"""The demonstration model: trained and measured on phantoms alone."""
