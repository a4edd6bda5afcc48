import { text, type CodeTexts } from './code-text.js';

/** CS09xx: the command line and lab files. */
export const CLI: CodeTexts = {
  CS0900: text('something unexpected failed', 'This is a bug: every foreseen failure has a code of its own.', 'Run again with COUNTERSIGN_TRACE=1, and report what it prints.'),
  CS0901: text('the command line is not understood', 'A command, flag or value is missing, unknown or malformed.', 'See `countersign <command> --help`. Completion helps: `countersign completion bash`.'),
  CS0902: text('the control plane cannot be reached', 'Nothing answers at its address.', 'Start one with `countersign up`, or name another with --url. Nodes find it by what was pinned at `node init`.'),
  CS0903: text('there is no such node here', 'The home holds no node of this name. Keys of nodes live under `nodes/` of COUNTERSIGN_HOME.', 'Name another with --as, another home with --home, or make one with `countersign node init`.'),
  CS0904: text('several nodes live here', 'It is not clear as which one to act.', 'Say which with --as.'),
  CS0905: text('there is no operator key', 'Operators identify themselves with an API key.', 'Set COUNTERSIGN_API_KEY, or use the home of the control plane, where the first key is.'),
  CS0906: text('a node lives there already', 'Its keys are never overwritten.', 'Use `countersign node rotate` for new keys, or another home.'),
  CS0907: text('the control plane is not the one expected', 'Its fingerprint, or the key of its link, is not the one that was given or pinned. Somebody may stand in between.', 'Compare the fingerprint with its operator by telephone. Nothing was sent.'),
  CS0908: text('a file cannot be read', 'It is missing, may not be read, or is not of its form.', 'Correct the path or the file.'),
  CS0909: text('a process did not start, or ended', 'The control plane, a worker or a reader of data stopped, or was not ready in time. The help shows the end of its log.', 'See the log; `--keep` leaves the logs of a lab in place.'),
  CS0910: text('a file is not YAML', 'It cannot be parsed, or has a key twice.', 'See the place that is named; indentation is the usual cause.'),
  CS0911: text('a key is not known', 'Unknown keys are refused, because a mistyped one would silently do nothing.', 'Use the name that the help suggests.'),
  CS0912: text('a value does not fit', 'A value is missing, of another type, or outside of what is allowed.', 'See the place that is named.'),
  CS0913: text('a name is not known in this lab', 'Steps name nodes, datasets and jobs of the same file, and a job only after its request.', 'Correct the name.'),
  CS0914: text('a job is requested twice', 'Each request of a lab has an id of its own.', 'Choose another id.'),
  CS0915: text('a step did not go as expected', 'The lab says what must happen, and something else did. The help says why, as far as it is known.', 'See the step that is named; `--keep` leaves logs in place.'),
  CS0916: text('a job did not end in time', '`wait` gives up after its timeout, 60 seconds by default.', 'Give it a longer `timeout`, or look at the logs with `--keep`.'),
  CS0917: text('the result is not here', 'A result exists in the homes of its receivers only, after the job is released. The control plane never has it.', 'Act as a receiver, with --as.'),
  CS0918: text('this signature is not asked for', 'The policy names whose signatures it wants, and this node is not among them, or has signed already.', 'Nothing; see `countersign job show`.'),
  CS0919: text('nothing was confirmed', 'What cannot be undone is asked for first, and nobody said yes.', 'Answer y, or add --yes.'),
  CS0920: text('there is nothing of this name', 'No shell, demo, benchmark or error code is called so.', 'Use a name that the help lists.'),
  CS0921: text('interrupted', 'A signal ended the command. What it started was stopped and removed.', 'Run it again.'),
  CS0922: text('the audit log does not verify', 'At least one check of the log failed; the findings name which.', 'Keep what you have, tell the other members, and ask the operator of the control plane.'),
  CS0923: text('a result of the demo differs from its plaintext check', 'Joint results agree with plaintext to six significant digits, and this one does not.', 'This is a bug: report it.'),
};
