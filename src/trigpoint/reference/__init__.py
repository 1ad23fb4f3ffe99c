"""Reference data: loaded, hashed, versioned. What a table was made with is named beside it (R7)."""
