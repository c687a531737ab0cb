"""All spectrum formats, in the order in which they are asked: a new format is one module and one line here."""

from xps_keras.io.casaxps_text import CasaXpsTextReader
from xps_keras.io.phi import PhiReader
from xps_keras.io.reader import Reader
from xps_keras.io.text import TextReader
from xps_keras.io.unread import UnreadFormats
from xps_keras.io.vamas import VamasReader

READERS: tuple[Reader, ...] = (
    VamasReader(),
    CasaXpsTextReader(),
    PhiReader(),
    UnreadFormats(),  # refuses by name: pictures, archives, documents
    TextReader(),  # last: lines of two numbers stand in files of many other formats too
)
