"""How the book is built, printed, bound, packed and archived."""
