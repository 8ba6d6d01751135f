"""Where an item comes from: controlled US content of a bill of materials, and what the EAR tables ask for an ECCN."""
