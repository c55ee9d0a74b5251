"""Photos of cards: opened, their lines found and read, by either of two engines, here or in a process of its own."""
