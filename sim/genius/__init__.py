"""Genius XML, the field's format of negotiation domains: a folder read into a scenario, a scenario written as a folder.

What Genius does with the figures was read off its own sources (EvaluatorDiscrete, AdditiveUtilitySpace and
AbstractUtilitySpace of its release 10): see docs/genius.md.
"""
