"""Who is an admin, and that every act of theirs is checked and logged."""
