"""What helps to write files of one's own: a commented scenario to start from, and JSON Schemas for editors."""

from sim.authoring.schema import KINDS, schema_of
from sim.authoring.template import first_scenario, variant

__all__ = ["KINDS", "first_scenario", "schema_of", "variant"]
