"""A small town that talks to the account: people, staff and strangers, and what must hold whatever they do."""
