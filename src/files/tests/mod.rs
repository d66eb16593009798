//! What the files module promises, tried piece by piece.
