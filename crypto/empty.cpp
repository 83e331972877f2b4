// Removed when the module's first source lands.
