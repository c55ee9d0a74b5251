"""The tables: one noun a file, each with its query methods."""

from models.tables.amendments import Amendment
from models.tables.approvals import Approval
from models.tables.attempts import Attempt
from models.tables.audit import Audit
from models.tables.books_of_keys import ActorAlias, Rekeying, Restoring
from models.tables.cases import Case, CaseOpening, CaseVisit
from models.tables.codes import HallCode
from models.tables.contacts import Contact, ContactNote, Notice
from models.tables.conversations import Conversation
from models.tables.deletions import Deletion
from models.tables.desk_acts import DeskAct
from models.tables.door import Fever, Flag, HelpRequest
from models.tables.erasures import Erasure
from models.tables.exports import Export, ExportChunk, ExportCopy
from models.tables.fields import Table
from models.tables.halls import Hall
from models.tables.housekeeping import JobRun, KeyCheck
from models.tables.looks import Look
from models.tables.openids import OpenidKey
from models.tables.outbox import Grant, Outgoing, Verdict
from models.tables.own_requests import OwnRequest
from models.tables.people import Person
from models.tables.photos import Photo
from models.tables.platform import CallerNetwork, Certification
from models.tables.receipts import Receipt
from models.tables.seal_keys import SealKey
from models.tables.seals import AuditSeal
from models.tables.signing_in import Session, SignIn
from models.tables.slips import SlipSheet
from models.tables.staff import Invite, Member
from models.tables.staff_menus import MenuChange
from models.tables.submissions import Submission
from models.tables.tokens import AccessToken
from models.tables.turns import Turn
from models.tables.visits import Correction, Visit

TABLES: tuple[type[Table], ...] = (
    Hall, Person, Visit, Correction, Conversation, Receipt, Fever, HelpRequest, Flag, KeyCheck, JobRun,
    AccessToken, Outgoing, Verdict, Grant, Member, Invite, MenuChange, HallCode, Audit, SignIn, Session, Attempt, Turn,
    Export, ExportChunk, ExportCopy, Approval,
    Photo, Submission, SlipSheet,
    DeskAct, Amendment,
    Case, CaseVisit, CaseOpening, Contact, ContactNote, Notice, Look,
    Rekeying, ActorAlias, Restoring,
    Deletion,
    SealKey, AuditSeal,
    OwnRequest,
    Erasure,
    CallerNetwork, Certification,
    OpenidKey,
)  # fmt: skip
