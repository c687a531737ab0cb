"""From structure to spectrum: repeat units, rules, hypothetical polymers; what needs rdkit."""
