"""What Python users import, one idea a module; `maskstudio` itself offers it by name.

Nothing here needs a display but `view`, and nothing loads Qt before `view` is called.
"""
