"""What trustees ask of one pot: floors, fewer places or more, another index, the best rule."""
