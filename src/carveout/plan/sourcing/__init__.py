"""Sourcing and stock when authorizations may or may not be extended: what to qualify, contract and stock, and when.

Inputs (:mod:`problem`) and the tree of what the law may become (:mod:`law_tree`) give, through the engine (:mod:`lawful`),
the numbers of a case (:mod:`case`); it is solved part by part (:mod:`decompose`) and written down (:mod:`plan_file`) so that
:mod:`carveout.plan.sourcing_check` can check it without any of the solving modules.
"""
