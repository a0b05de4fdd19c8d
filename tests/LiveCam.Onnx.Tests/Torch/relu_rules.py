"""What goes back through a relu y = max(x, 0), given the gradient g of y: a table, and the relu that follows a row of it.

gradient   the derivative
guided     only what is positive, where the relu was on (Springenberg et al., "Striving for Simplicity", 2015)
deconvnet  only what is positive, wherever it came from (Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks", 2014)
"""
import torch

RULES = {
    "gradient": lambda g, y: g * (y > 0),
    "guided": lambda g, y: g.clamp(min=0) * (y > 0),
    "deconvnet": lambda g, y: g.clamp(min=0),
}


class RuledRelu(torch.autograd.Function):
    """A relu that stores its own output at every use, so that a module called twice is two relus."""

    @staticmethod
    def forward(ctx, x, rule):
        y = x.clamp(min=0)
        ctx.save_for_backward(y)
        ctx.rule = RULES[rule]
        return y

    @staticmethod
    def backward(ctx, g):
        return ctx.rule(g, *ctx.saved_tensors), None
