"""How each kind and state is drawn, on every face."""
