from typing import Any

update_counter: Any

def force_update() -> None: ...
