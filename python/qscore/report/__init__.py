"""Pictures of a result: static ones (matplotlib), and one interactive page (plotly)."""
