"""Types of the catalog and pure functions over them."""
