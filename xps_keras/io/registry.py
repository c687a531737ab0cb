"""All spectrum formats, in the order in which they are asked: a new format is one module and one line here."""

from xps_keras.io.avantage_avg import AvantageAvgReader
from xps_keras.io.casaxps_text import CasaXpsTextReader
from xps_keras.io.igor_binary import IgorBinaryReader
from xps_keras.io.igor_text import IgorTextReader
from xps_keras.io.nexus import NexusReader
from xps_keras.io.phi import PhiReader
from xps_keras.io.phi_text import PhiTextReader
from xps_keras.io.reader import Reader
from xps_keras.io.scienta import ScientaReader
from xps_keras.io.specs_xml import SpecsXmlReader
from xps_keras.io.text import TextReader
from xps_keras.io.unread import UnreadFormats
from xps_keras.io.vamas import VamasReader
from xps_keras.io.vgd import VgdReader
from xps_keras.io.workbook import WorkbookReader

READERS: tuple[Reader, ...] = (
    VamasReader(),
    CasaXpsTextReader(),
    PhiTextReader(),
    ScientaReader(),
    SpecsXmlReader(),
    AvantageAvgReader(),
    PhiReader(),
    IgorTextReader(),
    IgorBinaryReader(),  # known by a checksum: behind every format with a mark of its own
    WorkbookReader(),
    NexusReader(),
    VgdReader(),
    UnreadFormats(),  # refuses by name: pictures, archives, documents
    TextReader(),  # last: lines of two numbers stand in files of many other formats too
)
