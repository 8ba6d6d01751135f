"""The price of a technology license: a deal of assets against equipment of the vendors."""
