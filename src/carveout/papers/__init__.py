"""What people look at and file: papers take results and know no rules."""
