"""Types of the catalog and pure functions over them; no reading, no writing, no network."""
