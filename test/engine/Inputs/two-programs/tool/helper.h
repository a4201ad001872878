#pragma once
void helper();
