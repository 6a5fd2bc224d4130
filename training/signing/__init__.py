"""A publisher's keys, and signing bundles with them."""
