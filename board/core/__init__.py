"""The ground floor: settings, words, working days and the one door to the warehouse."""
