#!/usr/bin/env python3
"""Validates a JSON document against a JSON schema.

usage: validate.py SCHEMA DOCUMENT
"""
import json
import sys

import jsonschema

with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
with open(sys.argv[2], encoding="utf-8") as file:
    document = json.load(file)
validator = jsonschema.validators.validator_for(schema)
validator.check_schema(schema)
errors = [f"{'/'.join(map(str, e.absolute_path))}: {e.message}"
          for e in validator(schema).iter_errors(document)]
sys.exit("\n".join(errors) or 0)
