"""What people may tell crosstie in a comment, and what comes of it.

    comments --candidates--> who may speak at all --decide--> statements --store--> facts, and so interpret
                                  (sync.commands.people)                    `--links--> a write, where one was asked for

Every verb is declared once, in ``sync.commands.verbs``; parsing, help and docs/commands.md follow it.
"""
