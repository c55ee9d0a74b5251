"""Made-up documents, drawn, and photographs of them, drawn too: with the truth of what they say."""
