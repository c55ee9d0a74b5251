"""The one way to say no."""


class Refused(Exception):
    """Something a person said or asked for cannot be accepted.

    `code` is a fact in snake_case (`id_checksum`), never a sentence: the wording for it stands in
    `models/phrases`. `details` are values the sentence may show; they must not hold personal data.
    """

    def __init__(self, code: str, **details: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.details = details
