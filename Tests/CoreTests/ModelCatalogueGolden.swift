/// The committed export of the catalogue. A line is added or gets a longer list of words; no line changes otherwise.
enum ModelCatalogueGolden {
    static let text = """
        1 account AC
          3 number register text once
          4 name review text
          5 type register text company|person|government|dealer|supplier
          6 industry register text
          7 segment register text
          8 tags set text
          9 tax_id review text
          10 steward register →14
          11 home_region register text
          12 source_channel register text once
          13 status register text derived prospect|pending|active|archived
        2 contact
          3 account register →1 once
          4 name review text
          5 roles set text
          6 phones set text
          7 emails set text
          8 preferred_channel register text
        3 site
          3 account register →1 once
          4 name review text
          5 address review text
          6 latitude register decimal
          7 longitude register decimal
          8 access_notes log text
          9 branch register →15
        4 product
          3 code register text once
          4 name register text
          5 spec register text
          6 family register text
          7 discontinued_on register date
          8 superseded_by register →4
        5 part
          3 code register text once
          4 name register text
          5 compatible set text
          6 alt_codes set text
        6 asset AS
          3 number register text once
          4 serial review text
          5 model review →4
          6 site register →3
          7 custodian register text
          8 parent register →6 derived
          9 condition register text derived new|in_use|refurbished|faulty|in_repair|replaced|retired
          10 installed_at register instant derived
          11 installed_by register →14 derived
          12 sale_date review date
          13 invoice_no review text
          14 firmware register text
          15 tags set text
          16 notes log text
          17 cycles counter integer
        7 asset_event never-edited
          3 asset register →6 once required
          4 kind register text once required delivered|installed|commissioned|attached|detached|moved|transferred|failed|handed_in|repair_started|repair_ended|part_wait_started|part_wait_ended|exchanged|returned|inspected|retired
          5 occurred_at register instant once
          6 outcome register text once
          7 text register text once
          8 after set →7
          9 other register →6 once
        8 request SR
          3 number register text once
          4 account register →1
          5 site register →3
          6 asset register →6
          7 channel register text once
          8 reported_at register instant once
          9 category register text technical|process|usage|service
          10 type register text
          11 severity ranked text minor|general|severe|very_severe
          12 description register text
          13 notes log text
          14 status register text derived received|dispatched|in_progress|needs_decision|solved|closed
          15 result_code register text
          16 customer_informed_at register instant
        9 work_order WO
          3 number register text once
          4 request register →8 once
          5 type register text deliver|install|commission|repair|inspect|maintain|return|visit|emergency
          6 site register →3
          7 asset register →6
          8 assignees set →14
          9 window_start register instant
          10 window_end register instant
          11 sub_state register text
          12 diagnosis register text
          13 resolution register text
          14 fault_code review text
          15 cause_code review text
          16 action_code review text
          17 cost register money
          18 notes log text
          19 status register text derived created|assigned|accepted|declined|travelling|on_site|in_progress|paused|finished|cannot|cancelled|needs_decision|closed|closed_amended
        10 work_event never-edited
          3 order register →9 once required
          4 visit register →11 once
          5 kind register text once required created|assigned|accepted|declined|departed|arrived|started|paused|resumed|finished|cannot|left|cancelled|reassigned|closed
          6 occurred_at register instant once
          7 reason register text once
          8 after set →10
        11 visit VI
          3 number register text once
          4 order register →9 once
          5 technician register →14 once
          6 summary register text
          7 notes log text
          8 status register text derived planned|accepted|declined|travelling|on_site|in_progress|paused|finished|cannot|left
        12 part_usage never-edited
          3 visit register →11 once
          4 part register →5 once
          5 quantity register decimal once
          6 amount register money once
          7 corrects register →12 once
        13 note never-edited
          3 subject register →any once required
          4 text register text once
          5 occurred_at register instant once
        14 user
          3 login register text once required
          4 name register text
          5 roles set text technician|service_rep|dispatcher|supervisor|branch_manager|parts_keeper|data_steward|account_rep|account_regional|account_hq|marketing_manager|executive|surveyor|supervision|auditor|admin
          6 branch register →15
          7 active register bool
        15 branch
          3 name register text once
          4 code register text once
        """
}
