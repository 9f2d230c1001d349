"""The rules, one file a rule, named like it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.check.rules import (
    case_without_expectation,
    contradictory_rules,
    cyclic_reference,
    duplicate_name,
    end_never_reached,
    expired_fact,
    floating_model,
    foreign_reference,
    invalid_schema,
    missing_data_protection,
    missing_disclosure,
    missing_else,
    missing_organization,
    missing_outcome,
    missing_owner,
    missing_retention,
    name_clash,
    no_end,
    no_human,
    overdue_review,
    region_not_allowed,
    special_category,
    template,
    unclassified_slot,
    uncollected_slot,
    unconfirmed_write,
    uncontracted_processor,
    undefined_variable,
    unfilled_argument,
    unfilled_hole,
    ungranted_tool,
    unreachable_step,
    unresolved_reference,
    unused_slot,
    unused_tool,
)

if TYPE_CHECKING:
    from kiwerk.check.rule import Check, Rule

RULES: dict[Rule, Check] = {
    case_without_expectation.RULE: case_without_expectation.check_cases_without_expectation,
    contradictory_rules.RULE: contradictory_rules.check_contradictory_rules,
    cyclic_reference.RULE: cyclic_reference.check_cyclic_references,
    duplicate_name.RULE: duplicate_name.check_duplicate_names,
    end_never_reached.RULE: end_never_reached.check_unreached_ends,
    expired_fact.RULE: expired_fact.check_expired_facts,
    floating_model.RULE: floating_model.check_floating_models,
    foreign_reference.RULE: foreign_reference.check_foreign_references,
    invalid_schema.RULE: invalid_schema.check_invalid_schemas,
    missing_data_protection.RULE: missing_data_protection.check_missing_data_protection,
    missing_disclosure.RULE: missing_disclosure.check_missing_disclosures,
    missing_else.RULE: missing_else.check_missing_else,
    missing_organization.RULE: missing_organization.check_missing_organizations,
    missing_outcome.RULE: missing_outcome.check_missing_outcomes,
    missing_owner.RULE: missing_owner.check_missing_owners,
    missing_retention.RULE: missing_retention.check_missing_retention,
    name_clash.RULE: name_clash.check_name_clashes,
    no_end.RULE: no_end.check_ways_to_an_end,
    no_human.RULE: no_human.check_ways_to_a_human,
    overdue_review.RULE: overdue_review.check_overdue_reviews,
    region_not_allowed.RULE: region_not_allowed.check_regions,
    special_category.RULE: special_category.check_special_categories,
    template.RULE: template.check_templates,
    unclassified_slot.RULE: unclassified_slot.check_unclassified_slots,
    uncollected_slot.RULE: uncollected_slot.check_uncollected_slots,
    unconfirmed_write.RULE: unconfirmed_write.check_unconfirmed_writes,
    uncontracted_processor.RULE: uncontracted_processor.check_uncontracted_processors,
    undefined_variable.RULE: undefined_variable.check_undefined_variables,
    unfilled_argument.RULE: unfilled_argument.check_unfilled_arguments,
    unfilled_hole.RULE: unfilled_hole.check_unfilled_holes,
    ungranted_tool.RULE: ungranted_tool.check_ungranted_tools,
    unreachable_step.RULE: unreachable_step.check_unreachable_steps,
    unresolved_reference.RULE: unresolved_reference.check_unresolved_references,
    unused_slot.RULE: unused_slot.check_unused_slots,
    unused_tool.RULE: unused_tool.check_unused_tools,
}
"""Every rule with the function that checks it, in alphabetical order."""

__all__ = ["RULES"]
