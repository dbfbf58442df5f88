"""Tests of the loading."""
