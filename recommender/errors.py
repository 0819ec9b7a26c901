"""The errors Tastemap raises on purpose: few, named, each with the mend in its message.

Everything that can go wrong with what somebody gave us (a file, a rating, a release) is one of
these, so a page, the JSON API and the command line turn `TastemapError` into one sentence for a
person and let anything else surface as the bug that it is.
"""


class TastemapError(Exception):
    """What happened and what to do about it, in words fit for a person."""


class DataError(TastemapError):
    """A data file or value that cannot be used; the message names the file, the line, the field."""


class RatingError(TastemapError):
    """A rating that is off its scale or not a number; the message names the allowed values."""


class ReleaseError(TastemapError):
    """A release that cannot be opened, with the reason."""


class ParameterError(TastemapError):
    """A hyper-parameter or an option that does not exist or is out of bounds."""


class TitleError(TastemapError, LookupError):
    """A title that is not in the catalogue, or a name that may mean several."""


class SettingError(TastemapError):
    """An environment variable that names what is not there."""


class FetchError(TastemapError):
    """A data set that could not be fetched: what network or publisher said, and the mend."""


class StudyError(TastemapError):
    """A folder of a search for hyper-parameters that belongs to another search, or is in use."""


class StorageError(TastemapError):
    """The database cannot be used; what was to be kept there has not been."""


class SignInError(TastemapError):
    """Somebody who is not let in, or not yet: a wrong password, no admin, too many attempts."""


class SignedOutError(TastemapError):
    """An act of somebody who is not signed in, or no longer; nothing has been done."""


class HubError(TastemapError):
    """What the Hugging Face Hub did not do, and the mend.

    Attributes:
        final: the same commit will not do any better; only another one can.
        seconds: how long the Hub asks to be left alone, 0 if it does not say.
    """

    def __init__(self, message: str, *, final: bool = False, seconds: float = 0.0) -> None:
        super().__init__(message)
        self.final = final
        self.seconds = seconds


class EngineError(TastemapError):
    """A training engine that is not here, or that has given up; with the mend."""


class SpaceError(TastemapError):
    """What would not start as a Space, or should not be shown there; the message names the file."""


class JobError(TastemapError):
    """A background training that does not exist, has ended, or whose folder cannot be used."""


class GateError(TastemapError):
    """A release that is not to serve without a reason; the message says what stands against it."""
