"""What we need of the world: one small Protocol a file, in the domain's words."""
