"""A case, from its opening to the last notice: who was there, who may see them, and how they are told."""
