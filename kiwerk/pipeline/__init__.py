"""The stages in order; the only package that knows them all.

workspace  load, check, render, select: a repository made ready
render     what would ship
evaluate   run, score
judge      gate: a policy's verdict over stored samples
deliver    attest, verify, deploy, roll back
"""
